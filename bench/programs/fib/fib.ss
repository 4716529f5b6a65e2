(include "../measure.ss")
(define (fib n) (if (< n 2) n (+ (fib (- n 1)) (fib (- n 2)))))
(measure (lambda () (fib 35)))
