(load "../measure.lisp")
;; A body is seven elements: x y z, its velocity, its mass.
(defun bodies ()
  (make-array 35 :element-type 'double-float
                 :initial-contents
                 '(0d0 0d0 0d0 0d0 0d0 0d0 39.47d0
                   4.84d0 -1.16d0 -0.10d0 0.6d0 2.81d0 -0.02d0 0.037d0
                   8.34d0 4.12d0 -0.4d0 -1.01d0 1.82d0 0.008d0 0.011d0
                   12.89d0 -15.11d0 -0.22d0 1.08d0 0.86d0 -0.01d0 0.0017d0
                   15.37d0 -25.91d0 0.17d0 0.97d0 0.59d0 -0.03d0 0.002d0)))
(defun attract (b i j step)
  (declare (type floats b) (type (integer 0 100) i j) (double-float step))
  (let* ((dx (- (aref b i) (aref b j)))
         (dy (- (aref b (+ i 1)) (aref b (+ j 1))))
         (dz (- (aref b (+ i 2)) (aref b (+ j 2))))
         (square (+ (* dx dx) (* dy dy) (* dz dz)))
         (pull (/ step (* square (sqrt (the (double-float 0d0) square)))))
         (of-i (* pull (aref b (+ i 6))))
         (of-j (* pull (aref b (+ j 6)))))
    (decf (aref b (+ i 3)) (* dx of-j))
    (decf (aref b (+ i 4)) (* dy of-j))
    (decf (aref b (+ i 5)) (* dz of-j))
    (incf (aref b (+ j 3)) (* dx of-i))
    (incf (aref b (+ j 4)) (* dy of-i))
    (incf (aref b (+ j 5)) (* dz of-i))
    nil))
(defun run (steps)
  (let ((b (bodies)))
    (declare (type floats b))
    (dotimes (_ steps)
      (loop for i of-type fixnum below 35 by 7
            do (loop for j of-type fixnum from (+ i 7) below 35 by 7
                     do (attract b i j 0.01d0)))
      (loop for i of-type fixnum below 35 by 7
            do (loop for k of-type fixnum from i below (+ i 3)
                     do (incf (aref b k) (* 0.01d0 (aref b (+ k 3)))))))
    (values (floor (* 1d9 (+ (aref b 7) (aref b 15)))))))
(measure (lambda () (run 20000)))
