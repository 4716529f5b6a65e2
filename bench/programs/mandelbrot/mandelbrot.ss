(include "../measure.ss")
(define (steps cx cy x y n)
  (let ((xx (fl* x x)) (yy (fl* y y)))
    (if (or (= n 50) (fl> (fl+ xx yy) 4.0))
        n
        (steps cx cy (fl+ (fl- xx yy) cx) (fl+ (fl* 2.0 x y) cy) (+ n 1)))))
(define (run size)
  (let rows ((row 0) (sum 0))
    (if (= row size)
        sum
        (rows (+ row 1)
              (let columns ((column 0) (sum sum))
                (if (= column size)
                    sum
                    (columns (+ column 1)
                             (+ sum
                                (steps (- (/ (* 3.0 column) size) 2.0)
                                       (- (/ (* 2.0 row) size) 1.0)
                                       0.0 0.0 0)))))))))
(measure (lambda () (run 300)))
